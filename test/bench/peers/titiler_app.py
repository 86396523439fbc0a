"""TiTiler's COG tiles, and nothing else, for `npm run bench -- --jobs raster-tiles`."""

from fastapi import FastAPI
from titiler.core.factory import TilerFactory

app = FastAPI()
app.include_router(TilerFactory(router_prefix="/cog").router, prefix="/cog")


@app.get("/healthz")
def healthz():
    return {}
