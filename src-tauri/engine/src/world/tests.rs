use super::*;
use crate::clock::ManualClock;
use meta::{Endpoints, Limits, Transport};

#[tokio::test]
async fn a_call_that_panics_still_ends_for_whoever_waits_by_its_ticket() {
    let instagram = Instagram::new(Endpoints::meta().instagram, Limits::default()).unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    let line = Line::to(None, Transport::Http, Limits::default());
    let mut world = World::new(instagram, line, clock);
    world.start_for(7, async { panic!("as a fault of ours would") });
    let (done, _) = world.next().await;
    assert!(matches!(done, Done::TicketDied(7)), "{done:?}");
    let result = Ok(());
    world.start_for(8, async { (Done::AppChecked { ticket: 8, result }, None) });
    let (done, _) = world.next().await;
    assert!(
        matches!(done, Done::AppChecked { ticket: 8, .. }),
        "{done:?}"
    );
    assert!(
        world.tickets.is_empty(),
        "nothing is kept of what has ended"
    );
}
