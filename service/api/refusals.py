"""Refusals of the front door: what is wrong with a request before any rule of a procedure is asked."""

from __future__ import annotations

from workflows.errors import Refused


class BrokenJson(Refused):
    """The body is not JSON, or not JSON that can be kept."""

    code = "broken_json"


class BrokenForm(Refused):
    """The body is not the form that its Content-Type says."""

    code = "broken_form"


class BrokenRequest(Refused):
    """What came is no request of HTTP."""

    code = "broken_request"


class AddressTooLong(Refused):
    """The address that is asked for is longer than any of ours."""

    code = "address_too_long"


class HeadTooLarge(Refused):
    """What comes before the body is more than a request needs."""

    code = "head_too_large"


class TooLarge(Refused):
    """The body is larger than this kind of request may be."""

    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class TooSlow(Refused):
    """The body did not arrive in time."""

    code = "too_slow"


class MediaType(Refused):
    """The body is of another kind than the one that is taken here."""

    code = "media_type"

    def __init__(self, taken: str) -> None:
        super().__init__(taken)
        self.taken = taken


class NotSignedIn(Refused):
    """No token, a token that is not good, or a person who may no longer come in."""

    code = "not_signed_in"

    def __init__(self, *, token_given: bool = False) -> None:
        super().__init__("bad token" if token_given else "no token")
        self.token_given = token_given


class WrongCredentials(Refused):
    """No active person has this e-mail address and this password."""

    code = "sign_in_refused"


class TooMany(Refused):
    """Too much was asked for in a short time. `seconds`: when to come back."""

    code = "too_many"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"come back in {seconds} s")
        self.seconds = max(1, seconds)


class MethodNotAllowed(Refused):
    """There is such a thing, but it does not know this method."""

    code = "method_not_allowed"


class Unavailable(Refused):
    """The service cannot answer now. `seconds`: when to try again."""

    code = "unavailable"

    def __init__(self, seconds: int = 2) -> None:
        super().__init__(f"try again in {seconds} s")
        self.seconds = seconds


class InternalError(Refused):
    """Something went wrong that nobody foresaw; the log has it."""

    code = "internal_error"
