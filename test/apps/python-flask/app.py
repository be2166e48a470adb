import os
import time

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return f"hello from flask as {os.getuid()}"


@app.get("/slow")
def slow():
    time.sleep(1)
    return hello()
