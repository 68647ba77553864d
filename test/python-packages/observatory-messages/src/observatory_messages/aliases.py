"""Lists with several names."""

from .simple import ObservatoryMessage


class AliasesV1(ObservatoryMessage):
    """Accessors that change a list."""

    topic = "observatory.aliases"

    @property
    def item_of_rows(self):
        rows = self.body["rows"]
        first = rows[0]
        first.append("x")
        return rows

    @property
    def item_with_operator(self):
        rows = [["a"], ["b"]]
        first = rows[0]
        first += ["x"]
        return rows

    @property
    def value_of_dict(self):
        named = {"rows": ["a"]}
        rows = named.get("rows")
        rows.append("x")
        return named

    @property
    def slice_of_rows(self):
        rows = self.body["rows"]
        some = rows[:1]
        some.append("x")
        return rows

    @property
    def parts_of_text(self):
        text = "a.b"
        parts = text.split(".")
        parts.append("x")
        return [text, parts]

    @property
    def list_of_body(self):
        rows = self.body.get("rows", [])
        rows.append("x")
        return rows
