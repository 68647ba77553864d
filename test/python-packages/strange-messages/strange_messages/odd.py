from fedora_messaging import message


class Message(message.Message):
    """A name of the library. */ A comment that ends early,

    and one with an invisible\u202e character."""

    topic = "strange.message"
    summary = 42
    groups = ("a", "b")
    body_schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "description": 'Quotes: "double", \'single\'.\nTwo lines, a backslash \\ and a tab\t.',
        "properties": {
            "kebab-case": {"type": "string"},
            "__proto__": {"type": "integer"},
            "constructor": {"type": "string"},
            "": {"type": "null"},
            "0": {"enum": [0, -1, 1.5, 1e21, 1e-7]},
            "it's": {"const": "it's"},
            "\u202ehidden": {"type": "string"},
            "numbers": {"enum": list(range(100, 140))},
            "matrix": {"type": "array", "items": {"enum": [[1, 2], [3, 4]]}, "default": [[1, 2], [3, 4]]},
            "pairs": {
                "type": "array",
                "items": [{"type": "string"}, {"type": "integer"}],
                "additionalItems": False,
                "examples": [["a", 1], ["b", 2]],
            },
            "choice": {
                "anyOf": [{"type": "string"}, {"type": "null"}, {"type": "integer", "minimum": 0}],
                "description": "A choice",
            },
            "a_property_with_a_name_that_is_so_long_that_nothing_fits_behind_it_in_a_line": {
                "type": "array",
                "items": {"enum": ["one of the texts", "another of the texts", "the last of the texts"]},
            },
            "empty": {"type": "object", "properties": {}, "default": {}, "examples": []},
            "record": {"type": "object", "properties": {"x": {"type": "string"}}},
            "partial": {"type": "object", "properties": {"y": {"type": "string"}}},
            "mixed": {
                "type": ["object", "array", "string", "null"],
                "properties": {"z": True, "never": False},
                "items": {"type": "boolean"},
            },
        },
        "required": ["kebab-case", "undescribed"],
    }


class Error(Message):
    """A name of JavaScript, with a body of its own and a constructor."""

    severity = message.ERROR
    body_schema = {
        "type": "object",
        "properties": {"tree": {"$ref": "#/$defs/tree"}, "bool": {"type": "bool"}},
        "$defs": {"tree": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/tree"}]}}},
    }


class Quiet(Error):
    """Its severity is the default again."""

    severity = message.INFO


class Twice(Quiet):
    """Two entry points name this class."""

    id = "a member that Message has"
    app_name = "Strange"
    usernames = ["a", "b"]
    packages = ["a-package-with-a-long-name", "another-package-with-a-long-name", "a-third-package"]
    app_icon = "https://example.org/a/path/that/is/so/long/that/it/does/not/fit/into/a/line/of/eighty/columns.png"

    def validate(self):
        return True

    def helper(self):
        return 1

    def __repr__(self):
        return "Twice"


class AClassWithANameThatIsSoLongThatItsHeadDoesNotFitIntoALineOfEightyColumns(Message):
    topic = "strange.a-topic-that-is-so-long-that-it-does-not-fit-into-a-line-of-eighty-columns"
