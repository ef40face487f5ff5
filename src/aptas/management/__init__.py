"""management: the office decides (`/defectManagements`, 8083).

On the wall, in order: OpenCase → CaseOpened; IdentifyDefect → DefectIdentified
(ContractorSuggested before it, when the trade changes);
ApproveDefect → DefectApproved; RejectDefect → DefectRejected;
NoteCancellation → DefectWithdrawn, CancellationRequested or CancellationRefused;
AskContractorAgain → CancellationRequested;
NoteWorkOrderCancelled, NoteContractorRefusal, NoteDecline, NoteCompletion → CaseSettled.
Beside them NoteContractor → ContractorNoted and NoteHome → HomeNoted.
"""
