package aptas.interop;

import java.util.Date;

/** Plain objects such as the original's: a few fields each, and no annotation that says what to do about the others. */
public interface Events {
    class AbstractEvent {
        public String eventType;
        public Long timestamp;
    }

    class DefectRegistered extends AbstractEvent {
        public Long defectId;
        public String defectType;
        public String description;
        public String address;
        public String phoneNumber;
        public Integer qty;
        public String status;
        public Date defectregistrationDt;
    }

    class DefectCancelled extends AbstractEvent {
        public String defectId;
        public String defectType;
        public String status;
    }

    class DefectApproved extends AbstractEvent {
        public Long defectId;
        public Long contractorId;
        public Integer qty;
        public String status;
        public Date defectmanagementDt;
    }

    class DefectRejected extends AbstractEvent {
        public String defectId;
        public String reason;
        public String status;
        public Date defectmanagementDt;
    }

    class DefectCompleted extends AbstractEvent {
        public Long defectId;
        public String status;
        public Date defectDt;
    }

    class CancellationRequested extends AbstractEvent {
        public Long defectId;
        public Integer assignment;
    }
}
