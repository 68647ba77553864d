"""Python's syntax trees as JSON."""

import ast

# What says nothing about the meaning, or is not there in every version of Python.
LEFT_OUT = {"ctx", "type_comment", "type_ignores", "type_params", "kind"}
# The largest integer that JavaScript reads exactly.
MAX_SAFE_INTEGER = 2**53 - 1


class ModuleSyntax:
    """The syntax tree of a module's file, by line."""

    def __init__(self, tree):
        self.tree = tree
        self.functions = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                self.functions[first] = node

    def function(self, code):
        """The tree of the function with this code; None when there is none, such as for a lambda."""
        node = self.functions.get(code.co_firstlineno)
        return node if node is not None and node.name == code.co_name else None

    def imports(self, module, is_package):
        """Where the names come from that the module imports at its top, also within `if` and `try`."""
        found = {}
        for node in _statements(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                origin = _origin(node, module, is_package)
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{origin}.{alias.name}"
        return found


def assignments(body):
    """The expressions that are assigned to names, once each, in the body of a module or class."""
    found, twice = {}, set()
    for node in body:
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            continue
        for name in names:
            (twice.add(name) if name in found else found.update({name: node.value}))
    return {name: value for name, value in found.items() if name not in twice}


def to_json(node):
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.AST):
        fields = {name: to_json(value) for name, value in ast.iter_fields(node) if name not in LEFT_OUT}
        line = {"lineno": node.lineno} if isinstance(node, ast.stmt) else {}
        return {"_type": type(node).__name__, **line, **fields}
    return [to_json(item) for item in node] if isinstance(node, list) else node


def _constant(value):
    kind = "None" if value is None else "Ellipsis" if value is ... else type(value).__name__
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    elif isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER:
        value = str(value)
    elif value is ... or isinstance(value, complex) or value in (float("inf"), -float("inf")):
        value = None if value is ... else str(value)
    return {"_type": "Constant", "value": value, "kind": kind}


def _statements(tree):
    for node in tree.body:
        yield node
        if isinstance(node, (ast.If, ast.Try)):
            for part in (node.body, node.orelse, *(handler.body for handler in getattr(node, "handlers", []))):
                yield from part


def _origin(node, module, is_package):
    if node.level == 0:
        return node.module
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*parts, *([node.module] if node.module else [])])
