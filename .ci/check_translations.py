"""Fail when a sentence has no Chinese, a translation is empty, fuzzy or unused, or a placeholder would be shown raw."""

import sys
from pathlib import Path

# What is checked is the tree that this file lies in, wherever another one is installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from service.web.catalogue import missing_translations, sentences
from service.web.placeholders import placeholder_faults

faults = [*missing_translations(), *placeholder_faults()]
sys.stdout.write("".join(f"{fault}\n" for fault in faults))
if faults:
    sys.exit(1)
sys.stdout.write(f"{len({one.text for one in sentences()})} sentences, each in both languages.\n")
