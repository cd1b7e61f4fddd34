"""A graph that a server holds, used by local commands of the same user.

The command does its work itself: it reads the journal, which several processes can, and a
checkpoint of the store. Only changes are carried out by the server. So every command behaves
beside a server as it does alone, and costs the server nothing but what it commits.
"""

from kg.app.sharing.guest import open_shared
from kg.app.sharing.host import Host
from kg.app.sharing.notice import Notice, serving

__all__ = ["Host", "Notice", "open_shared", "serving"]
