"""The common part of the messages of the bakery."""

from fedora_messaging import message

SCHEMA = "http://json-schema.org/draft-04/schema#"


class BakeryMessage(message.Message):
    """A message of the bakery."""

    @property
    def app_name(self):
        return "Bakery"

    @property
    def agent_name(self):
        return self.body["agent"]

    @property
    def usernames(self):
        return [self.body["agent"]]

    def __str__(self):
        return self.summary
