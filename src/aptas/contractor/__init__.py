"""contractor: the repair (`/defectContractors`, `/contractorCompanies`, 8084).

On the wall, in order: EnrolContractor → ContractorEnrolled; OfferWorkOrder → WorkOrderOffered;
ProposeVisit → VisitProposed; CounterProposeVisit → VisitCounterProposed; AcceptVisit → VisitScheduled;
Depart → ContractorDeparted; ReportFailedVisit → VisitFailed; CompleteRepair → DefectCompleted;
DeclineWorkOrder → WorkOrderDeclined; AnswerCancellation → WorkOrderCancelled or CancellationRefused.
"""
