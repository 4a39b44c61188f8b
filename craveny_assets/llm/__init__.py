"""Asking language models: providers and their keys, what each kind of answer means, pace, money, patience.

What they are asked is in `craveny_domain.prompts`; what an answer must be in `craveny_domain.typed_answers`.
"""
