package aptas.interop;

import aptas.interop.Events.AbstractEvent;
import aptas.interop.Events.CancellationRequested;
import aptas.interop.Events.DefectApproved;
import aptas.interop.Events.DefectCancelled;
import aptas.interop.Events.DefectCompleted;
import aptas.interop.Events.DefectRegistered;
import aptas.interop.Events.DefectRejected;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.cloud.stream.annotation.StreamListener;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.stereotype.Service;

/** Filters on the header `type` as the original's policies do, and prints what it was given: one JSON line each. */
@Service
public class PolicyHandler {
    private static final ObjectMapper JSON = new ObjectMapper();
    final CountDownLatch awaited;

    public PolicyHandler(@Value("${messages}") int messages) {
        awaited = new CountDownLatch(messages);
    }

    @StreamListener(value = KafkaProcessor.INPUT, condition = "headers['type']=='DefectRegistered'")
    public void wheneverDefectRegistered(@Payload DefectRegistered event) {
        given("DefectRegistered", event);
    }

    @StreamListener(value = KafkaProcessor.INPUT, condition = "headers['type']=='DefectCancelled'")
    public void wheneverDefectCancelled(@Payload DefectCancelled event) {
        given("DefectCancelled", event);
    }

    @StreamListener(value = KafkaProcessor.INPUT, condition = "headers['type']=='DefectApproved'")
    public void wheneverDefectApproved(@Payload DefectApproved event) {
        given("DefectApproved", event);
    }

    @StreamListener(value = KafkaProcessor.INPUT, condition = "headers['type']=='DefectRejected'")
    public void wheneverDefectRejected(@Payload DefectRejected event) {
        given("DefectRejected", event);
    }

    @StreamListener(value = KafkaProcessor.INPUT, condition = "headers['type']=='DefectCompleted'")
    public void wheneverDefectCompleted(@Payload DefectCompleted event) {
        given("DefectCompleted", event);
    }

    @StreamListener(value = KafkaProcessor.INPUT, condition = "headers['type']=='CancellationRequested'")
    public void wheneverCancellationRequested(@Payload CancellationRequested event) {
        given("CancellationRequested", event);
    }

    /** Hears everything, and tells what Spring makes of the header. */
    @StreamListener(KafkaProcessor.INPUT)
    public void whatever(@Payload String event, @Headers Map<String, Object> headers) {
        Object type = headers.get("type");
        say(Map.of("listener", "whatever", "class", type.getClass().getSimpleName()));
        awaited.countDown();
    }

    private void given(String listener, AbstractEvent event) {
        say(Map.of("listener", listener, "event", event));
    }

    private void say(Map<String, Object> line) {
        try {
            System.out.println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException problem) {
            throw new IllegalStateException(problem);
        }
    }
}
