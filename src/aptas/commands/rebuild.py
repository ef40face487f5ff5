"""`aptas mypage rebuild`."""

import gc
import sys
import time

import msgspec
from rich.console import Console
from rich.progress import Progress

from aptas.bootstrap import GALLERIES, VOCABULARY, open_broker, ready_database
from aptas.kernel.messages import TOPICS
from aptas.mypage.rebuild import Rebuild
from aptas.settings import Settings


async def rebuild(settings: Settings, as_json: bool) -> None:
    """Build the rows anew from the topics, with a bar; the old ones serve until the switch."""
    gallery = GALLERIES["mypage"]
    broker = await open_broker(settings)
    database, _ = await ready_database(settings, "mypage")
    total = sum([await broker.end(topic) for topic in TOPICS])
    gc.disable()  # a few seconds of work that makes no cycles
    began = time.perf_counter()
    with Progress(console=Console(stderr=True), disable=as_json) as progress:
        bar = progress.add_task("mypage", total=total)
        read = await Rebuild(gallery, database, broker, VOCABULARY.of(gallery.projections)).run(
            lambda n: progress.advance(bar, n)
        )
    seconds = time.perf_counter() - began
    await database.close()
    await broker.close()
    if as_json:
        sys.stdout.write(msgspec.json.encode({"events": read, "seconds": round(seconds, 3)}).decode() + "\n")
    else:
        sys.stdout.write(f"{read} 건을 다시 읽었습니다 / events read again, {seconds:.1f} s\n")
