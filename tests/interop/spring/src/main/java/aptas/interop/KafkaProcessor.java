package aptas.interop;

import org.springframework.cloud.stream.annotation.Input;
import org.springframework.messaging.SubscribableChannel;

/** Where events come in, by the name that the original gives it. */
public interface KafkaProcessor {
    String INPUT = "event-in";

    @Input(INPUT)
    SubscribableChannel inboundTopic();
}
