"""TiTiler's COG tiles, and nothing else, for `npm run bench -- --jobs raster-tiles`."""

from typing import List, Optional

from fastapi import FastAPI, Query
from titiler.core.errors import DEFAULT_STATUS_CODES, add_exception_handlers
from titiler.core.factory import TilerFactory


def ranges(rescale: Optional[List[str]] = Query(None)):
    """As TiTiler's own, in words that FastAPI before 0.95 understands too."""
    return [tuple(map(float, one.split(","))) for one in rescale] if rescale else None


app = FastAPI()
app.include_router(TilerFactory(router_prefix="/cog", rescale_dependency=ranges).router, prefix="/cog")
add_exception_handlers(app, DEFAULT_STATUS_CODES)


@app.get("/healthz")
def healthz():
    return {}
