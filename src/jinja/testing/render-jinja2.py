"""Renders templates with Jinja2 in dbt's configuration: one JSON line in, one JSON line out.

The first line, {"context": "{'n': 1}"}, is an expression that gives the names templates see, evaluated anew for each.
A line {"template": "..."} is answered with {"text": "..."}, or {"error": "TypeError", "message": "..."}.
"""

import json
import signal
import sys
import warnings

from jinja2.sandbox import SandboxedEnvironment


class TooSlow(Exception):
    pass


def give_up(*_):
    raise TooSlow


def render(environment, make_context, template):
    signal.setitimer(signal.ITIMER_REAL, 5)
    try:
        return {"text": environment.from_string(template).render(make_context())}
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, give_up)
    environment = SandboxedEnvironment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])
    make_context = environment.compile_expression(json.loads(sys.stdin.readline())["context"])
    for line in sys.stdin:
        answer = render(environment, make_context, json.loads(line)["template"])
        print(json.dumps(answer), flush=True)


main()
