"""What the command line answers with one line instead of a traceback."""

from aptas.gateway import GatewayRefused
from aptas.homes.formats import HomesFileRefused
from aptas.messaging.broker import BrokerAway
from aptas.mypage.rebuild import RebuildRefused
from aptas.serving import PortTaken
from aptas.settings import SettingRefused
from aptas.storage.engine import DatabaseRefused, StorageAway
from aptas.storage.migrate import SchemaRefused

REFUSALS = (
    PortTaken,
    GatewayRefused,
    SettingRefused,
    SchemaRefused,
    DatabaseRefused,
    StorageAway,
    BrokerAway,
    HomesFileRefused,
    RebuildRefused,
)
