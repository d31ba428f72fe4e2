"""What a command says when it will not go on."""


class Refusal(Exception):
    """One sentence for the person at the terminal: what is wrong and what helps."""
