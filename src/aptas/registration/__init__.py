"""registration: a resident reports a defect (`/defectRegistrations`, 8082).

On the wall, in order: RegisterDefect → DefectRegistered; RequestCancellation → DefectCancelled;
ConfirmRepair → RepairConfirmed; ReopenDefect → DefectReopened.
"""
