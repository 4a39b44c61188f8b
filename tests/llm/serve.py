"""The scripted provider as a process of its own: says how the environment finds it, tells its counts at GET /counts.

`python -m tests.llm.serve [SECONDS]`: every answer comes that late.
"""

import json
import sys

from tests.llm.replies import body, late, well
from tests.llm.server import Asked, Line, llm_server


def main(seconds: float) -> None:
    """Serve until standard input ends."""
    ordinary = late(seconds, well())

    async def reply(one: Asked, line: Line) -> None:
        if one.path == "/counts":
            counts = {"calls": state.calls, "most_in_flight": state.most_in_flight}
            await body(lambda _: json.dumps(counts).encode())(one, line)
        else:
            await ordinary(one, line)

    with llm_server(reply) as state:
        sys.stdout.write(json.dumps({"SCRIPTED": state.address, **state.environment()}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0)
