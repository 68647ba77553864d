"""
Usage: python3 export_schemas SOURCE [--pyproject-json -]

SOURCE is the name of an installed distribution, a folder, a wheel or an sdist. The JSON document goes to standard
output. Python 3.9 or later; nothing but its standard library is needed, and nothing is installed or downloaded.
"""

import json
import os
import sys


def main(arguments):
    if not arguments or arguments[0].startswith("-"):
        sys.exit(__doc__.strip())
    # A package may print while it is imported: that goes to standard error, the document alone to standard output.
    output = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    pyproject = json.load(sys.stdin) if arguments[1:2] == ["--pyproject-json"] else None
    document = export_source(arguments[0], pyproject)
    with output:
        json.dump(document, output, allow_nan=False)
        output.write("\n")


if __name__ == "__main__":
    # Only this package itself is found beside this file: its modules must not hide those of the source.
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from export_schemas.exporter import export_source

    del sys.path[0]
    main(sys.argv[1:])
