"""Attributes that code sets: the class attribute of the same name is another value."""

from .simple import ObservatoryMessage


class _Labelled(ObservatoryMessage):
    label = "base"
    untouched = "same"

    @property
    def label_text(self):
        return "It is " + self.label

    @property
    def untouched_text(self):
        return "It is the " + self.untouched


class AttributesV1(_Labelled):
    """The constructor sets attributes in all ways that Python has."""

    topic = "observatory.attributes"
    annotated = "no"
    count = 0
    first = second = "no"
    chained = "no"
    looped = "no"
    given_name = "no"
    pieces = []
    app_icon = "star"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label = "set"
        self.annotated: str = "set"
        self.count += 1
        self.first, (self.second, *_) = "set", ["set"]
        self.other = self.chained = "set"
        for self.looped in ["set"]:
            pass
        setattr(self, "given_name", "set")
        self.pieces = self.pieces + ["set"]
        self.pieces[0:1].append("set")
        this = self
        this.app_icon = "sun"

    @property
    def annotated_text(self):
        return f"{self.annotated}"

    @property
    def count_text(self):
        return f"{self.count}"

    @property
    def tuple_text(self):
        return self.first + self.second

    @property
    def chained_text(self):
        return self.chained + "!"

    @property
    def looped_text(self):
        return self.looped + "!"

    @property
    def given_name_text(self):
        return self.given_name + "!"

    @property
    def number_of_pieces(self):
        return len(self.pieces)

    # Another class sets an attribute of this name.
    @property
    def _owner(self):
        return "somebody"


class _Owned(ObservatoryMessage):
    _owner = None
    _seen = None

    @property
    def owner(self):
        self._owner = self.body["owner"]
        return self._owner

    @property
    def seen(self):
        if not hasattr(self, "_seen"):
            self._seen = self.body["owner"]
        return self._seen

    @property
    def one(self):
        self._number = 1
        return self._number

    @property
    def two(self):
        if not hasattr(self, "_number"):
            self._number = 2
        return self._number


class OwnedV1(_Owned):
    """A member of the class above sets the attribute."""

    topic = "observatory.owned"

    @property
    def owner_text(self):
        return f"{self.owner}: {self._owner}"
