"""Calls of language models under fire: a provider that tests script, every bad answer, storms, kills, injections."""
