# Prints every change of some boxes as it happens, with nothing but Python 3.
#
#   KEY=… python3 seeds/examples/follow_boxes.py http://127.0.0.1:8080 LNPU1000018 …
import json, os, sys, time
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

url, *containers = sys.argv[1:]
cursor, wait = "now", 0  # the first answer comes at once and fixes the place from which nothing is missed
while True:
    query = urlencode({"container": containers, "cursor": cursor, "wait": wait}, doseq=True)
    request = Request(f"{url}/v1/changes?{query}", headers={"Authorization": f"Bearer {os.environ['KEY']}"})
    try:
        page = json.load(urlopen(request, timeout=wait + 10))
    except (URLError, OSError) as error:
        print(error, file=sys.stderr)
        time.sleep(1)
        continue
    if cursor == "now":
        print("following", file=sys.stderr, flush=True)
    for change in page["changes"]:
        if change["type"] == "delta":
            visit = change["visit"]
            print(visit["container"], visit["status"], *[event["code"] for event in change["events"]], flush=True)
        else:
            print(change["visit"], "removed", change["reason"], flush=True)
    cursor, wait = page["cursor"], 30
