"""Composites by numpy of layers with gaps, for composite.test.ts. usage: composite.py > composite.json"""
import json
import warnings
import numpy as np

warnings.simplefilter("ignore")
rng = np.random.default_rng(42)
layers = np.round(rng.normal(0.4, 0.3, (9, 48)), 4)
layers[rng.random(layers.shape) < 0.45] = np.nan
layers[:, 7] = np.nan
out = {f"p{q}": np.nanpercentile(layers, q, axis=0) for q in (1, 10, 25, 50, 90, 99)}
out["median"] = np.nanmedian(layers, axis=0)
out["mean"] = np.nanmean(layers, axis=0)
out["count"] = np.isfinite(layers).sum(0)
words = lambda a: [None if not np.isfinite(v) else round(float(v), 9) for v in a]
print(json.dumps(dict(layers=[words(layer) for layer in layers], **{k: words(v) for k, v in out.items()})))
