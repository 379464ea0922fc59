"""Asks all addresses at once, a thread for each, with urllib, and counts the models that they list.     ask.py URL ..."""
import json
import ssl
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

context = ssl.create_default_context()  # shared: each would read all authorities again


def ask(base):
    request = urllib.request.Request(base + "/v1/models", headers={"authorization": "Bearer made-up"})
    with urllib.request.urlopen(request, context=context, timeout=20) as response:
        return len(json.load(response)["data"])


bases = sys.argv[1:]
with ThreadPoolExecutor(len(bases)) as threads:
    total = sum(threads.map(ask, bases))
if total < 30 * len(bases):
    sys.exit(f"{total} models")
print(total)
