"""Distances of scipy on small random masks, for dilate.test.ts and distance.test.ts. usage: distance.py > distance.json"""
import json
import numpy as np
from scipy.ndimage import distance_transform_edt

CASES = [  # width, height, pixel width, pixel height in metres, share that is set, seed
    (37, 23, 20, 20, 0.01, 1), (50, 31, 10, 10, 0.004, 2), (29, 41, 60, 20, 0.02, 3), (33, 27, 12.5, 31.7, 0.01, 4),
    (19, 17, 30, 30, 0.1, 5),
]
out = []
for width, height, dx, dy, share, seed in CASES:
    mask = np.random.default_rng(seed).random((height, width)) < share
    mask[height // 2, width // 3] = True
    distance = distance_transform_edt(~mask, sampling=(dy, dx))
    out.append(dict(width=width, height=height, pixel=dict(width=dx, height=dy),
                    set=[int(i) for i in np.flatnonzero(mask)],
                    distance=[round(float(d), 6) for d in distance.ravel()]))
print(json.dumps(out))
