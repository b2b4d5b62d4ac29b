"""A client's results, for every suite in Python."""

import sys


class Report:
    """One client's results, a line each, as run.ts counts them."""

    def __init__(self, name):
        self.name = name
        self.failed = False

    def check(self, operation, what):
        """Decorator: runs the check at once; it passes unless it raises."""

        def run(function):
            try:
                function()
                print(f"ok {self.name} {operation} - {what}", flush=True)
            except Exception as error:  # noqa: BLE001 - every fault of a check is its result
                self.failed = True
                reason = " | ".join(f"{type(error).__name__}: {error}".split("\n"))[:2000]
                print(f"not ok {self.name} {operation} - {what}: {reason}", flush=True)

        return run

    def end(self):
        sys.exit(1 if self.failed else 0)


def equal(got, wanted):
    if got != wanted:
        raise AssertionError(f"expected {wanted!r}, got {got!r}")
