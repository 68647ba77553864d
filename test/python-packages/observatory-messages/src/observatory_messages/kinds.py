"""Tuples, named tuples and iterators, which are lists or something else in TypeScript."""

import enum
import re
import typing

from .simple import ObservatoryMessage

PAIRS_RE = re.compile(r"(\w)=(\w)")


VERSION = 2.0
HALF = 0.5
NAMES = ("a", "b")
ONE_NAME = ("a",)
NESTED = {"names": ("a", "b")}


class Level(enum.Enum):
    LOW = 1.0


class Pair(typing.NamedTuple):
    one: object
    other: object


class KindsV1(ObservatoryMessage):
    """Accessors with values that have another meaning than their JSON."""

    topic = "observatory.kinds"
    own_names = ("a", "b")
    own_version = 2.0

    @property
    def repr_in_f_string(self):
        return f"{self.body['text'].partition('.')!r}"

    @property
    def str_in_f_string(self):
        return f"{self.body['text'].partition('.')!s}"

    @property
    def repr_in_format(self):
        return "{!r}".format(self.body["text"].partition("."))

    @property
    def format_with_dict(self):
        return "{0} {text}".format(self.body["text"].partition("."), **self.body)

    @property
    def longest(self):
        return max(self.body["text"], "ab", key=len)

    @property
    def largest_text(self):
        return max(self.body["text"], "ab")

    @property
    def first_vote(self):
        return f"{sorted(self.body['votes'].items())[0]}"

    @property
    def first_name(self):
        return f"{sorted(self.body['votes'].items())[0][0]}"

    @property
    def sliced(self):
        return str(self.body["text"].partition(".")[:2])

    @property
    def before(self):
        return str(self.body["text"].partition(".")[0])

    @property
    def greatest(self):
        return str(max(self.body["votes"].items()))

    @property
    def greatest_itself(self):
        return max(self.body["votes"].items())

    @property
    def either(self):
        pair = (self.body["text"], 1) if self.body["text"] else None
        return f"{pair or self.body['text']}"

    @property
    def both(self):
        return str(self.body["votes"] and (1, 2))

    @property
    def equal_objects(self):
        objects = [Pair("a", []), Pair("a", [])]
        return objects[0] == objects[1]

    @property
    def chosen(self):
        pair = (1, 2) if self.body["text"] else self.body["votes"]
        return f"{pair}"

    @property
    def chosen_itself(self):
        return self.body["votes"] if self.body["votes"] else (1, 2)

    @property
    def mixed_list(self):
        return str([self.body["text"], (1, 2)])

    @property
    def default(self):
        return f"{self.body.get('nothing', (1, 2))}"

    @property
    def tuple_in_tuples(self):
        return [self.body["list"]] == [("a", 1)]

    @property
    def list_in_tuples(self):
        return self.body["list"] in (("a", 1), ("b", 2))

    @property
    def text_in_tuple(self):
        return self.body["text"] in ("a.b", "c")

    @property
    def sum_of_tuples(self):
        return f"{(1,) + (2,)}"

    @property
    def dict_with_tuple(self):
        return str({"pair": (1, 2)})

    @property
    def groups_as_text(self):
        return f"{re.match('(.)', self.body['text']).groups()}"

    @property
    def pairs_found(self):
        return f"{PAIRS_RE.findall(self.body['text'])}"

    @property
    def pairs_found_themselves(self):
        return PAIRS_RE.findall(self.body["text"])

    @property
    def set_of_pairs(self):
        pairs = set()
        pairs.add((self.body["text"], 1))
        pairs.add((self.body["text"], 1))
        return len(pairs)

    @property
    def sorted_as_texts(self):
        return sorted(self.body["votes"].items(), key=str)

    @property
    def sorted_by_number(self):
        return sorted(self.body["votes"].items(), key=lambda pair: pair[1])

    def _shown(self, value):
        return f"{value}"

    @property
    def two_kinds_shown(self):
        return [self._shown(["a"]), self._shown(("a",))]

    @property
    def packages(self):
        return (self.body["text"],)

    @property
    def packages_as_text(self):
        return f"{self.packages}"

    @property
    def object_taken_apart(self):
        pair = Pair("a", ["b"]) if self.body["text"] else None
        name, bodies = pair
        return [name, bodies]

    @property
    def items_of_object(self):
        pair = Pair("a", ["b"]) if self.body["text"] else None
        return [item for item in pair]

    @property
    def length_of_object(self):
        return len(Pair("a", ["b"]) if self.body["text"] else [])

    @property
    def item_of_object(self):
        return (Pair("a", ["b"]) if self.body["text"] else [1])[0]

    @property
    def joined_object(self):
        return ", ".join(Pair("a", "b") if self.body["text"] else ["x"])

    @property
    def whole_float(self):
        return f"v{VERSION}"

    @property
    def fraction(self):
        return f"v{HALF}"

    @property
    def tuple_shown(self):
        return f"{NAMES}"

    @property
    def tuple_equals(self):
        return ["a", "b"] == NAMES

    @property
    def tuple_formatted(self):
        return "%s" % ONE_NAME

    @property
    def in_tuple(self):
        return self.body["text"] in NAMES

    @property
    def names(self):
        return [name.upper() for name in NAMES]

    @property
    def nested_shown(self):
        return f"{NESTED['names']}"

    @property
    def own_tuple_shown(self):
        return f"{self.own_names}"

    @property
    def own_float_shown(self):
        return f"{self.own_version}"

    @property
    def own_names_themselves(self):
        return self.own_names

    @property
    def level_shown(self):
        return f"{Level.LOW.value}"
