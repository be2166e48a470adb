import asyncio
import os

from fastapi import FastAPI, Request

app = FastAPI()


@app.get("/")
async def hello(request: Request):
    return {"text": "hello from fastapi", "uid": os.getuid(), "scheme": request.url.scheme}


@app.get("/slow")
async def slow():
    await asyncio.sleep(1)
    return {"uid": os.getuid()}
