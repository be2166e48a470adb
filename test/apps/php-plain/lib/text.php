<?php
function text() { return 'plain'; }
