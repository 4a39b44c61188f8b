"""One module per family of addresses; each holds a `router` with its whole prefix, listed in `craveny_api.app`."""
