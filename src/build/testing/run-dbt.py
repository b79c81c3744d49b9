"""Builds small projects with dbt itself, all in one process.

Reads one JSON object a line: the folder of a project, the arguments of each build, and queries on the warehouse behind
them. Answers each with one line: for each build the statuses of its nodes, and the rows of each query as texts.
"""

import json
import os
import sys

import duckdb
import jinja2
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

QUIET = ["--quiet", "--log-level-file", "none", "--no-send-anonymous-usage-stats"]


def parse_once() -> None:
    """Keep the syntax trees of templates, by their text: parsing dbt's own 500 macros takes most of the time of a build."""
    trees = {}
    parse = jinja2.Environment._parse

    def parse_or_recall(self, source, name, filename):
        key = (type(self), source)
        if key not in trees:
            trees[key] = parse(self, source, name, filename)
        return trees[key]

    jinja2.Environment._parse = parse_or_recall


def build(arguments):
    done = dbtRunner().invoke([*QUIET, *arguments])
    DuckDBConnectionManager.close_all_connections()
    results = getattr(done.result, "results", None)
    if results is None:
        return {"refused": str(done.exception)}
    return {"nodes": sorted(status_of(result) for result in results)}


def status_of(result):
    words = [result.node.unique_id, str(result.status)]
    if str(result.status) in ("pass", "fail", "warn"):
        words.append(str(result.failures))
    return " ".join(words)


def rows_of(queries):
    with duckdb.connect("wh.duckdb") as connection:
        return [rows_in(connection, query) for query in queries]


def rows_in(connection, query):
    try:
        return connection.execute(f"select columns(*)::varchar from ({query})").fetchall()
    except duckdb.Error:
        return None


parse_once()
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    request = json.loads(line)
    os.chdir(request["directory"])
    builds = [build(arguments) for arguments in request["builds"]]
    answers.write(json.dumps({"builds": builds, "rows": rows_of(request["queries"])}) + "\n")
    answers.flush()
