# Sends the request that roster describes, with nothing but Python's standard library: no address, header or key name is written here.
#
#   roster request claude-4.5-haiku --json | python3 examples/reach.py
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().rstrip("\r\n")


def key_of(auth):
    """The key, from where `auth` says it is; roster never prints it."""
    if auth["variable"]:
        return os.environ[auth["variable"]]
    if "file_variable" in auth:
        return read(os.environ[auth["file_variable"]])
    if "file" in auth:
        return read(auth["file"])
    if "helper" in auth:
        return subprocess.run(auth["helper"], check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    sys.exit("the key comes from somewhere that this example does not know")


def headers_of(request):
    headers, auth = dict(request["headers"]), request["auth"]
    for secret in request.get("secret_headers", []):
        if secret["variable"] in os.environ:
            headers[secret["header"]] = f"{secret['scheme']} {os.environ[secret['variable']]}".strip()
    if auth["in"] == "header":
        headers[auth["header"]] = f"{auth['scheme']} {key_of(auth)}".strip()
    elif auth["in"] != "none":
        sys.exit("a request that has to be signed takes more than a header: use an SDK of AWS")
    return headers


def main():
    request = json.load(sys.stdin)
    if "error" in request:
        sys.exit(request["error"]["message"])
    body = json.dumps(request["body"]).encode()
    sending = urllib.request.Request(request["url"], body, headers_of(request), method=request["method"])
    try:
        with urllib.request.urlopen(sending) as answer:
            print(answer.read().decode())
    except urllib.error.HTTPError as refusal:
        sys.exit(f"{refusal.code}: {refusal.read().decode(errors='replace')}")


main()
