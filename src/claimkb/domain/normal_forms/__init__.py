"""When do two texts say the same to a reader? Words, names, addresses and quotes have a normal form each.

A text is kept as it was given. What is compared are its forms, which are the same on every engine and in every locale:

- `words`: what a search looks for. Case, accents and encoding do not matter. Other marks, such as the vowels of Devanagari, belong
  to their letter; an elided article is no part of its word; 6.5 is one number.
- `name_form`: claimants, publishers, bylines, accounts and channels. Case, spaces, the sort of an apostrophe, and what cannot be
  seen do not matter; accents do.
- `filter_form`: the parts of texts that filters look for: as names, but accents do not matter either.
- `sound_keys`, `name_likeness`: names that may be one in another spelling or another script.
- `address_form`: addresses of the web. What the URL Standard takes for the same is the same; so is what leads to the same page.
- `quote_form`: words that were copied from a text. Case and accents matter; encoding and typography do not.

Sources: Unicode, chapter 3, D146 and D147 (caseless matching, NFKC_Casefold); UAX #15 (NFC, NFKC); UAX #44 (categories,
Default_Ignorable_Code_Point, Canonical_Combining_Class); URL Standard (WHATWG); RFC 3986, 6.2.2.2 (percent-encoding).
"""

from claimkb.domain.normal_forms.addresses import address_form, probably_same
from claimkb.domain.normal_forms.names import check_can_be_seen, filter_form, name_form
from claimkb.domain.normal_forms.quotes import composed, quote_form, unlike_plain
from claimkb.domain.normal_forms.signs import indexable, is_mark
from claimkb.domain.normal_forms.sounds import ALIKE, name_likeness, sound_keys
from claimkb.domain.normal_forms.words import fold, lengths, read, spaced, words

__all__ = [
    "ALIKE",
    "address_form",
    "check_can_be_seen",
    "composed",
    "filter_form",
    "fold",
    "indexable",
    "is_mark",
    "lengths",
    "name_form",
    "name_likeness",
    "probably_same",
    "quote_form",
    "read",
    "sound_keys",
    "spaced",
    "unlike_plain",
    "words",
]
