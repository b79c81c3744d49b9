"""Runs two other detectors over the columns of the benchmark, and prints what each says of each column as JSON.

  python -m venv others && others/bin/pip install presidio-analyzer scrubadub
  FENCELINE_BENCH_PYTHON=others/bin/python npm run bench -- detection

Presidio runs all of its recognizers that are patterns, for every country, over a blank spaCy model: its own model is not in
a registry. Both read a value alone and with the name of its column in front of it, since words around a value raise
their confidence. A column is of a kind where half of its values are, and the kind is the one that most values are of.
"""

import inspect
import json
import sys
from collections import Counter
from importlib.metadata import version

import presidio_analyzer.predefined_recognizers as predefined
import scrubadub
import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

KINDS = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "IP_ADDRESS": "ip_address", "CREDIT_CARD": "payment_card",
    "IBAN_CODE": "iban", "MAC_ADDRESS": "device_id", "US_BANK_NUMBER": "iban",
    "email": "email", "phone": "phone", "credit_card": "payment_card", "social_security_number": "national_id",
    "national_insurance_number": "national_id", "drivers_licence": "national_id", "tax_reference_number": "national_id",
}  # fmt: skip


# Use the list of public suffixes in the package: by default each e-mail address asks the network for a newer one.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())


class BlankEngine(SpacyNlpEngine):
    def __init__(self):
        super().__init__()
        self.nlp = {"en": spacy.blank("en")}


def presidio():
    registry = RecognizerRegistry(supported_languages=["en"])
    for _, kind in inspect.getmembers(predefined, inspect.isclass):
        if kind is PatternRecognizer or not issubclass(kind, PatternRecognizer):
            if kind.__name__ != "PhoneRecognizer":
                continue
        try:
            registry.add_recognizer(kind(supported_language="en"))
        except Exception:  # recognizers of services that are not there
            continue
    engine = AnalyzerEngine(nlp_engine=BlankEngine(), registry=registry, supported_languages=["en"])

    def kinds(text, start):
        found = engine.analyze(text=text, language="en", score_threshold=0.4)
        spans = [each for each in found if each.end > start]
        if not spans:
            return None
        best = max(spans, key=lambda each: (each.score, each.end - each.start))
        other = None if best.entity_type in ("URL", "DATE_TIME", "PERSON") else "national_id"
        return KINDS.get(best.entity_type, other)

    return kinds


def scrub():
    scrubber = scrubadub.Scrubber()

    def kinds(text, start):
        found = [each for each in scrubber.iter_filth(text) if each.end > start]
        return KINDS.get(found[0].type) if found else None

    return kinds


def column_kind(kinds, name, values):
    said = Counter()
    for value in values:
        prefix = f"{name.replace('_', ' ')}: " if name else ""
        said[kinds(prefix + value, len(prefix))] += 1
    kind, count = max(((k, n) for k, n in said.items() if k), key=lambda each: each[1], default=(None, 0))
    return kind if count * 2 >= len(values) else None


columns = json.load(sys.stdin)
detectors = {
    f"Presidio {version('presidio-analyzer')}": presidio(),
    f"scrubadub {version('scrubadub')}": scrub(),
}
result = {}
for label, kinds in detectors.items():
    result[label] = {
        "telling": [column_kind(kinds, column["name"], column["values"][:12]) for column in columns],
        "bare": [column_kind(kinds, "", column["values"][:12]) for column in columns],
    }
json.dump(result, sys.stdout)
