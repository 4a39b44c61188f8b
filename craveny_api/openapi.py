"""`python -m craveny_api.openapi` prints what the API says of itself; the dashboard's types are made from it."""

import json
import sys
import tempfile

from sqlalchemy import create_engine

from craveny_api.app import create_app
from craveny_api.settings import ApiSettings


def schema_text() -> str:
    """The schema as it is kept: sorted, a value a line, a newline at the end. No database is asked."""
    with tempfile.TemporaryDirectory() as keys:
        settings = ApiSettings.model_validate({"CRAVENY_SIGNING_KEYS": keys})
        app = create_app(settings, create_engine("postgresql+psycopg://"))
    return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
