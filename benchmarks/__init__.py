"""Speed and memory, measured into results.json: `python -m benchmarks [--only PREFIX] [--list]`.

Measures what people run; how it works belongs to the packages. Everything happens in a folder of its own under
/tmp with a Postgres and ports of its own.
"""
