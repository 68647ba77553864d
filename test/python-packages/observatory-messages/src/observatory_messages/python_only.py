"""Code whose meaning in TypeScript is not certain."""

import datetime
import os
import typing

from .simple import ObservatoryMessage


class Plain(typing.NamedTuple):
    value: int


class PythonOnlyV1(ObservatoryMessage):
    """Each accessor but the last two is left to people."""

    topic = "observatory.python"

    @property
    def summary(self):
        return datetime.datetime.now().isoformat()

    @property
    def uses_summary(self):
        return self.summary + "!"

    @property
    def reads_a_file(self):
        with open(os.devnull) as file:
            return file.read()

    @property
    def loops(self):
        count = 0
        while count < 3:
            count += 1
        return count

    @property
    def unset(self):
        if self.body.get("x"):
            value = 1
        return value

    @property
    def set_in_a_loop(self):
        for letter in self.body["x"]:
            found = letter
        return found

    @property
    def walrus(self):
        return (x := self.body["x"]) + x

    @property
    def unknown_attribute(self):
        return self.body["x"].real

    @property
    def a_tuple(self):
        return str((1, 2))

    @property
    def an_object_in_text(self):
        return f"{Plain(1)} {(1, 2)}"

    @property
    def changes_body(self):
        self.body["x"] = 1
        return 1

    @property
    def joins_nothing(self):
        return ", ".join()

    @property
    def lookahead(self):
        import re

        return re.sub(r"(?(1)a|b)", "x", self.body["x"])

    @staticmethod
    def static(value):
        return value

    @property
    def certain(self):
        return "certain"

    @property
    def also_certain(self):
        return self.certain + self.body["x"]
