"""Who is asking."""

from typing import Literal

from pydantic import EmailStr, Field

from craveny_api.schemas.building_blocks import Role, Shape


class Login(Shape):
    """What a person types to log in."""

    email: EmailStr = Field(max_length=254, examples=["ana@example.org"])
    password: str = Field(min_length=1, max_length=200, json_schema_extra={"format": "password"})


class User(Shape):
    """Who is asking; a guest has no e-mail."""

    email: str | None
    role: Role


class Session(Shape):
    """A short-lived access token; the refresh token travels in an HttpOnly cookie."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="seconds", examples=[900])
    user: User
