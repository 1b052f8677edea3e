resource "aws_dms_replication_instance" "r" { publicly_accessible = true }
