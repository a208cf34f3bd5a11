"""What staff prepare exists for no partner; a message to many names rows of one company each."""

from django.db import migrations

from core.row_security import wall
from core.tenancy import same_tenant

ROW, THREAD = "messages_app_broadcastrow", "messages_app_thread"


class Migration(migrations.Migration):
    dependencies = [("messages_app", "0005_staff")]

    operations = [
        same_tenant(ROW, "thread_id", THREAD, "security_model_id"),
        wall("messages_app_replytemplate", "false"),
        wall("messages_app_broadcast", "false"),
        wall(ROW, "false"),
    ]
