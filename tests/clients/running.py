"""How is the program of each client's page run: what must be made first, and with which command?"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2

from tests.clients.pages import ROOT
from tests.clients.workshop import Workshop

APPS_SCRIPT = Path(__file__).parent / "apps_script.mjs"
CRUL = {
    "Accept": "application/json, text/xml, application/xml, */*",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": "crul/1.6.0",
}


def run_module(workshop: Workshop, program: str) -> str:
    """Run a JavaScript module."""
    workshop.write("page.mjs", program)
    return workshop.node("page.mjs")


def compile_relay(workshop: Workshop, name: str) -> Path:
    """Compile a program with Relay's compiler and Babel; give what Node can run."""
    workshop.take("relay.config.json", "babel.config.json", "relay_babel.cjs")
    workshop.write("schema.graphql", (ROOT / "schema.graphql").read_text(encoding="utf-8"))
    workshop.npm("relay-compiler", "relay.config.json")
    workshop.node("relay_babel.cjs", [name, f"compiled_{name}"])
    return workshop.folder / f"compiled_{name}"


def run_relay(workshop: Workshop, program: str) -> str:
    """Compile and run a program for Relay."""
    workshop.write("overdue.js", program)
    return workshop.node(compile_relay(workshop, "overdue.js").name)


def compile_typescript(workshop: Workshop) -> None:
    """Make the types of all queries in the folder, check the programs, and compile them."""
    workshop.take("codegen.ts", "codegen_tsconfig.json")
    workshop.write("package.json", '{"type": "module"}')
    workshop.npm("graphql-codegen", "--config", "codegen.ts")
    workshop.npm("tsc", "--noEmit", "-p", "codegen_tsconfig.json")
    workshop.npm("tsc", "-p", "codegen_tsconfig.json")


def run_typescript(workshop: Workshop, program: str) -> str:
    """Check, compile and run a TypeScript program."""
    workshop.write("overdue.ts", program)
    compile_typescript(workshop)
    return workshop.node("out/overdue.js")


def run_python(workshop: Workshop, program: str) -> str:
    """Run a Python program in the environment of the tests."""
    workshop.write("page.py", program)
    return workshop.run(sys.executable, "page.py")


def make_ariadne_client(workshop: Workshop, commands: Path) -> Path:
    """Make a client with ariadne-codegen; give the Python that can run it."""
    workshop.take("ariadne_queries.graphql", "ariadne_codegen.toml")
    workshop.write("schema.graphql", (ROOT / "schema.graphql").read_text(encoding="utf-8"))
    workshop.run(commands / "ariadne-codegen", "client", "--config", "ariadne_codegen.toml")
    return commands / "python"


def run_apps_script(workshop: Workshop, program: str, function: str = "overdue") -> str:
    """Run a function of an Apps Script under Node."""
    workshop.write("page.gs", program)
    return workshop.run("node", APPS_SCRIPT, "page.gs", function)


def run_shell(workshop: Workshop, program: str) -> str:
    """Run a shell script."""
    workshop.write("page.sh", program)
    return workshop.run("bash", "page.sh")


def ask_as_ghql(workshop: Workshop, query: str) -> httpx2.Response:
    """Send what ghql sends: a HEAD for the ping, then the query as JSON with the headers of crul."""
    with httpx2.Client(headers=CRUL) as client:
        client.head(f"{workshop.server}/graphql").raise_for_status()
        return client.post(f"{workshop.server}/graphql", json={"query": query})


def imitate_r(workshop: Workshop, program: str) -> str:
    """Ask as ghql does for the query in an R program, and print the columns that it prints."""
    (query,) = re.findall(r'asked\$query\("\w+", "(.*?)"\)', program, re.DOTALL)
    columns = re.findall(r"found\$(\w+)", program)
    nodes = ask_as_ghql(workshop, query).raise_for_status().json()["data"]["predictions"]["nodes"]
    return "\n".join(" ".join(node[column] for column in columns) for node in nodes)


RUN: dict[str, Callable[[Workshop, str], str]] = {
    "apollo": run_module,
    "urql": run_module,
    "relay": run_relay,
    "codegen": run_typescript,
    "gql": run_python,
    "r": imitate_r,
    "sheets": run_apps_script,
    "curl": run_shell,
}
"""How to run the program of each page that needs no environment of its own."""

EXTENSIONS = re.compile(r',"extensions":\{"cost":\{.*\},"requestId":"\w+"\}')
"""What an answer says of its request; it differs from one to the next."""

JAVASCRIPT = {"apollo", "urql", "relay", "codegen", "sheets"}
