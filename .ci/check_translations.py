"""Fail when a sentence of the service has no Chinese, or a translation is empty, fuzzy or unused."""

import sys

from service.web.catalogue import missing_translations, sentences

faults = missing_translations()
sys.stdout.write("".join(f"{fault}\n" for fault in faults))
if faults:
    sys.exit(1)
sys.stdout.write(f"{len({one.text for one in sentences()})} sentences, each in both languages.\n")
