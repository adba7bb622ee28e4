"""Reading what people type: days, ages, values and match codes, the same in commands, forms, corrections, search and imports.

Authorities and references are read by `bot.domain.shared.authorities` and `bot.domain.shared.references`; whole lines by
`bot.domain.free_text`. What is meant is in docs/domain.md §7.2; examples of each kind are in docs/guide/typing.md. Pure.
"""
