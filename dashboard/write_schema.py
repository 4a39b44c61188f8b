"""Writes openapi.json, what the API says of itself; `npm run types` turns it into TypeScript."""

import json
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from craveny_api.app import create_app
from craveny_api.settings import ApiSettings

WRITTEN = Path(__file__).with_name("openapi.json")


def schema_text() -> str:
    """The schema as it is kept: sorted, one value a line, ending with a newline. No database is asked."""
    with tempfile.TemporaryDirectory() as keys:
        settings = ApiSettings.model_validate({"CRAVENY_SIGNING_KEYS": keys})
        app = create_app(settings, create_engine("postgresql+psycopg://"))
    return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    WRITTEN.write_text(schema_text(), encoding="utf-8")
