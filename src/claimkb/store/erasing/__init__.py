"""How are words erased for ever, from records and history alike?

columns   which columns hold words, and which only values of programs
rows      which rows hold the words
blanking  the one transaction that blanks them, with all that is computed from them
triggers  what keeps appended tables is set aside for that transaction
cleaning  what the engine keeps of old rows is removed afterwards
"""
